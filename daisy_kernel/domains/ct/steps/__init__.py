"""Steps of computed tomography: thin algorithm classes over the functions of `daisy_kernel.domains.ct`."""
