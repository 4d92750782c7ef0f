"""Apps in the browser over daisy_kernel: alone, as a full page, or in a notebook."""
