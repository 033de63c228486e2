"""``python -m lowtide``: the command ``lowtide``, where its script is not on the path."""

import sys

from .command import main

sys.exit(main())
