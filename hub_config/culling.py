"""``python -m hub_config.culling SECONDS ...``: jupyterhub-idle-culler, which ends with its hub.

It begins after so many seconds, in which servers can tell a hub that was away that they are used.

A hub that was killed cannot end its services, and the next one starts its own: without this, each crash would leave
one culler more.
"""

from __future__ import annotations

import sys
import time

from jupyterhub_idle_culler import main

from hub_config._parent import end_with_parent

if __name__ == "__main__":
    end_with_parent()
    time.sleep(float(sys.argv.pop(1)))
    main()
