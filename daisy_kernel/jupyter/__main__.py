"""``python -P -m daisy_kernel.jupyter -f CONNECTION`` is the kernel ``daisy``."""

import sys

from ipykernel.kernelapp import IPKernelApp

from daisy_kernel.jupyter.kernel import DaisyKernel

if __name__ == "__main__":
    if sys.flags.safe_path:  # kept the notebook's folder away from the imports above; IPython would leave it so
        sys.path.insert(0, "")
    IPKernelApp.launch_instance(kernel_class=DaisyKernel)
