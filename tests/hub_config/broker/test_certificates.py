"""Certificates of a cluster: one authority each, as long as the cluster, as strict as TLS libraries want them."""

from __future__ import annotations

import ssl
from datetime import timedelta

import pytest
from cryptography import x509

from hub_config.broker.certificates import Certificates, make_certificates
from hub_config.broker.service import utc_now

HOST = "ada-1-scheduler.daas-users.svc"


def made(begin=timedelta(0), end=timedelta(days=2)):
    return make_certificates("ada-1", HOST, utc_now() + begin, utc_now() + end)


def handshake(tmp_path, server: Certificates, client: Certificates, host: str = HOST) -> None:
    """A TLS handshake in memory; each side trusts its own authority alone, and asks for a certificate."""
    contexts = []
    for name, pem, purpose in (("s", server, ssl.Purpose.CLIENT_AUTH), ("c", client, ssl.Purpose.SERVER_AUTH)):
        file = tmp_path / f"{name}.pem"
        file.write_text(pem.cert + pem.key)
        context = ssl.create_default_context(purpose, cadata=pem.ca)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_cert_chain(file)
        contexts.append(context)
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        contexts[1].wrap_bio(down, up, server_hostname=host),
        contexts[0].wrap_bio(up, down, server_side=True),
    ]
    for _ in range(4):
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue


def test_scheduler_and_worker_know_each_other_by_the_same_authority(tmp_path):
    one = made()
    handshake(tmp_path, one, one)


def test_another_clusters_certificate_is_refused(tmp_path):
    with pytest.raises(ssl.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        handshake(tmp_path, made(), made())


def test_the_host_of_the_scheduler_is_in_its_certificate(tmp_path):
    one = made()
    with pytest.raises(ssl.SSLError, match="Hostname mismatch"):
        handshake(tmp_path, one, one, "bob-2-scheduler.daas-users.svc")


def test_a_certificate_is_not_older_than_its_cluster(tmp_path):
    past = made(timedelta(days=-3), timedelta(hours=-1))
    with pytest.raises(ssl.SSLError, match="certificate has expired"):
        handshake(tmp_path, past, past)


def test_the_key_of_the_authority_is_nowhere():
    one = made()
    authority, own = x509.load_pem_x509_certificate(one.ca.encode()), x509.load_pem_x509_certificate(one.cert.encode())
    assert authority.public_key() != own.public_key()
    assert own.issuer == authority.subject
    assert one.key.count("PRIVATE KEY") == 2
    assert not own.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
