"""A user's server under a hub: JupyterHub's own, started a second sooner.

jsonschema imports rfc3987_syntax where it is installed, which builds a grammar for 0.9 s at each import and checks
nothing but internationalised addresses in schemas; no schema of the server has any.
"""

from __future__ import annotations

import sys
from typing import Any

_modules: dict[str, Any] = sys.modules
_modules["rfc3987_syntax"] = None  # an import of it fails, as where it is not installed

if __name__ == "__main__":
    from jupyterhub.singleuser import main

    main()
