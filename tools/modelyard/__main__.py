"""``python -m modelyard``, and what the launchers run."""

import signal
import sys

if __name__ == "__main__":
    # Until main() takes over, Ctrl-C just ends the process: an import has nothing to tidy up.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from modelyard.cli import main

    sys.exit(main())
