"""``python -m hub_config.culling``: jupyterhub-idle-culler, which ends with its hub.

A hub that was killed cannot end its services, and the next one starts its own: without this, each crash would leave
one culler more.
"""

from __future__ import annotations

from jupyterhub_idle_culler import main

from hub_config._parent import end_with_parent

if __name__ == "__main__":
    end_with_parent()
    main()
