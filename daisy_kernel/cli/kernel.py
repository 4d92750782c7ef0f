"""``daisy kernel install``: makes the kernel ``daisy`` known to Jupyter, and switches on its server's extension."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from daisy_kernel.errors import OutputError, ParameterError

_LOGO = Path(__file__).parents[1] / "jupyter" / "logo-svg.svg"
_SERVER_CONFIG = {"ServerApp": {"jpserver_extensions": {"daisy_kernel.jupyter.server": True}}}


def install(*, user: bool, sys_prefix: bool, prefix: Path | None, as_json: bool) -> None:
    """Write what Jupyter reads to one place, this environment where none is given; says where."""
    if sum((user, sys_prefix, prefix is not None)) > 1:
        raise ParameterError("more than one place is given", remedy="use one of --user, --sys-prefix, --prefix")
    written = write_kernel(*places(user=user, prefix=prefix))
    if as_json:
        print(json.dumps({"written": [str(path) for path in written]}))
    else:
        print("\n".join(map(str, written)))


def write_kernel(share: Path, config: Path) -> list[Path]:
    """Write kernelspec, logo and the server's setting; returns what was written.

    share: a data folder of Jupyter, such as PREFIX/share/jupyter. config: a config folder, such as
    PREFIX/etc/jupyter. Raises `OutputError`.
    """
    folder = share / "kernels" / "daisy"
    texts = {
        folder / "kernel.json": json.dumps(kernelspec(), indent=2) + "\n",
        folder / _LOGO.name: _LOGO.read_text(encoding="utf-8"),
        config / "jupyter_server_config.d" / "daisy.json": json.dumps(_SERVER_CONFIG, indent=2) + "\n",
    }
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise OutputError(
                f"{path} cannot be written: {error.strerror}", remedy="use --user, or --prefix with a folder of yours"
            ) from None
    return list(texts)


def kernelspec() -> dict[str, Any]:
    """ipykernel's, encryption included, with this Python, and no file of the notebook's folder before modules (-P)."""
    try:
        from ipykernel.kernelspec import get_kernel_dict
    except ImportError:
        raise ParameterError("Jupyter is not installed here", remedy="pip install 'daisy-daas[lab]'") from None

    argv = [sys.executable, "-P", "-m", "daisy_kernel.jupyter", "-f", "{connection_file}"]
    return {**get_kernel_dict(), "argv": argv, "display_name": "Daisy"}


def places(*, user: bool, prefix: Path | None) -> tuple[Path, Path]:
    """Data and config folder of Jupyter: of the user, below a prefix, or of this environment."""
    if user:
        from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir

        return Path(jupyter_data_dir()), Path(jupyter_config_dir())
    root = prefix or Path(sys.prefix)
    return root / "share" / "jupyter", root / "etc" / "jupyter"
