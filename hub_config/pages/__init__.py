"""The hub's pages: templates in the product's look, texts in two languages, administration."""

from hub_config.pages.configure import configure_pages
from hub_config.pages.notices import Notices

__all__ = ["Notices", "configure_pages"]
