"""Networks and the data that they are tested on: what demo, energy and experiments share."""
