"""The platform on a real Kubernetes: the chart installed, a browser, and everything that must be refused.

``make test-cluster`` runs it against KUBECONFIG; without one, against the test cluster of ``DAISY_CLUSTER``.
"""
