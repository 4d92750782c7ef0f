"""``python -m daisy_kernel.cli`` is ``daisy``."""

from daisy_kernel.cli.main import main

if __name__ == "__main__":
    main()
