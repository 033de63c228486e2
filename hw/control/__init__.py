"""The machine's control: records, tokens, engines that copy between external and local memory, registers."""
