import pytest

from hub_config.errors import Refusal
from hub_config.profiles import allowed_profiles, find_profile, groups_of, options_from_form
from hub_config.settings import Profile

_TEXTS = {"en": "x", "zh": "x"}


def profile(slug: str, *groups: str) -> Profile:
    return Profile(slug=slug, display_name=_TEXTS, description=_TEXTS, cpu=1, memory="1G", groups=groups)


PROFILES = (profile("cpu"), profile("ct", "heps-ct", "heps-tomo"), profile("xrd", "heps-xrd"))


@pytest.mark.parametrize(
    ("groups", "slugs"),
    [
        ((), ["cpu"]),
        (("unknown",), ["cpu"]),
        (("heps-ct",), ["cpu", "ct"]),
        (("heps-xrd", "heps-tomo"), ["cpu", "ct", "xrd"]),
    ],
)
def test_a_profile_is_for_its_groups_and_one_without_groups_for_all(groups: tuple[str, ...], slugs: list[str]) -> None:
    assert [each.slug for each in allowed_profiles(PROFILES, groups)] == slugs


def test_a_profile_that_one_may_have_is_found() -> None:
    assert find_profile(PROFILES, "ct", ["heps-ct"]) is PROFILES[1]


@pytest.mark.parametrize("slug", ["xrd", "nothing", ["ct"], {"slug": "ct"}, 7])
def test_another_groups_profile_reads_like_one_that_is_not_there(slug: object) -> None:
    with pytest.raises(Refusal, match=r"you have no profile .*: choose one of cpu, ct") as caught:
        find_profile(PROFILES, slug, ["heps-ct"])
    assert "xrd" not in caught.value.remedy


@pytest.mark.parametrize("slug", ["", None])
def test_a_start_without_a_profile_is_refused_with_the_choice(slug: object) -> None:
    with pytest.raises(Refusal, match="no profile was chosen: choose one of cpu"):
        find_profile(PROFILES, slug, [])


def test_who_may_have_none_is_told_whom_to_ask() -> None:
    with pytest.raises(Refusal, match="none of your groups has a profile to start: ask your beamline contact"):
        find_profile(PROFILES[1:], "ct", [])


def test_a_refusal_quotes_no_more_than_the_beginning_of_what_was_sent() -> None:
    with pytest.raises(Refusal, match=r"x{40}'") as caught:
        find_profile(PROFILES, "x" * 10_000, [])
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ({"profile": ["cpu"], "_xsrf": ["t"]}, {"profile": "cpu"}),
        ({"profile": ["cpu", "ct"]}, {"profile": "ct"}),
        ({"profile": []}, {"profile": ""}),
        ({}, {"profile": ""}),
    ],
)
def test_of_a_form_only_the_profile_is_taken(form: dict[str, list[str]], options: dict[str, str]) -> None:
    assert options_from_form(form) == options


@pytest.mark.parametrize("state", [None, {}, {"account": None}, {"account": {}}, {"account": {"groups": None}}])
def test_without_an_account_there_are_no_groups(state: dict[str, object] | None) -> None:
    assert groups_of(state) == ()


def test_groups_come_from_the_account() -> None:
    assert groups_of({"account": {"groups": ["heps-ct"]}}) == ("heps-ct",)
