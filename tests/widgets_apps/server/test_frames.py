"""Frames of the WebSocket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets_apps.server.socket import decode, encode

plain = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=5)


@given(st.dictionaries(st.text(), plain), st.lists(st.binary()))
def test_a_message_comes_out_as_it_went_in(header, buffers):
    found, back = decode(encode(header, buffers))
    assert {**header, "buffers": [len(buffer) for buffer in buffers]} == found
    assert back == buffers


@pytest.mark.parametrize("frame", [b"", b"abc", b"\x02\0\0\0[]", b"\xff\xff\xff\x7f{}", b"\x01\0\0\0{"])
def test_what_is_no_message_is_refused(frame):
    with pytest.raises(ValueError, match=r".+"):
        decode(frame)


def test_a_number_that_json_does_not_know_is_not_sent():
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode({"result": float("nan")}, [])
