"""Settings: the one model behind jupyterhub_config.py.

A YAML or JSON file holds them; names are camelCase, as in Zero to JupyterHub where the thing is the same. A wrong
key is refused with its path and the close match, a wrong value with what is allowed. Secrets come from the
environment or from files, never from the settings.
"""

from hub_config.settings.dask import Dask, Quota, Workers
from hub_config.settings.hub import Cull, Hub
from hub_config.settings.identity import Group, Identity
from hub_config.settings.profile import Profile
from hub_config.settings.reading import check_settings, read_settings, read_values
from hub_config.settings.settings import Settings
from hub_config.settings.singleuser import Images, Singleuser
from hub_config.settings.sso import Claims, Sso
from hub_config.settings.storage import Storage

__all__ = [
    "Claims",
    "Cull",
    "Dask",
    "Group",
    "Hub",
    "Identity",
    "Images",
    "Profile",
    "Quota",
    "Settings",
    "Singleuser",
    "Sso",
    "Storage",
    "Workers",
    "check_settings",
    "read_settings",
    "read_values",
]
