"""Dask clusters for users' servers: who asks is found out, quotas are kept, and objects are handed to Kubernetes.

``python -m hub_config.broker`` answers at ``/services/dask/api/v1``. From the outside inwards: `handlers` (HTTP),
`service` (decides), `builder` and its neighbours (pure: from a server's pod to objects), `storage` (Kubernetes).
Everything that it knows lives in the objects, so that a broker that starts again goes on with what is there.
"""
