import re
import string
from pathlib import Path

import pytest

from hub_config.pages.language import LANGUAGES, choose
from hub_config.pages.page import SHOWN_STATUSES
from hub_config.pages.texts import TEXTS, text, texts_of

PAGES = Path(__file__).parents[2] / "hub_config/pages"
TEMPLATES = sorted((PAGES / "templates").glob("*.html"))
_USED = re.compile(r'\bt\("([a-z0-9.-]+)"|\bt\(\'([a-z0-9.-]+)\'')


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_there_in_both_languages_with_the_same_fields(key: str) -> None:
    english, chinese = TEXTS[key]
    assert english.strip()
    assert chinese.strip()
    assert fields(english) == fields(chinese)


@pytest.mark.parametrize("key", [key for key in TEXTS if key not in ("product", "language.other", "time")])
def test_a_chinese_text_is_chinese_and_an_english_one_is_not(key: str) -> None:
    english, chinese = TEXTS[key]
    if key != "pending.seconds":
        assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert english.isascii()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_words_of_its_own(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    source = re.sub(r"\{#.*?#\}|\{% block width %\}\w+\{% endblock %\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.DOTALL)
    attributes = re.findall(r'\b(?:title|alt|aria-label|placeholder|data-sure)="([^"]*)"', source)
    visible = " ".join([re.sub(r"<[^>]*>", " ", source), *attributes])
    assert re.findall(r"[^\W\d_]+", visible) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_key_of_a_template_is_in_the_table(template: Path) -> None:
    used = {first or second for first, second in _USED.findall(template.read_text(encoding="utf-8"))}
    assert {key for key in used if not key.endswith(".")} <= set(TEXTS)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_of_ours_holds_a_script_or_a_style_of_its_own(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\son[a-z]+=|\|\s*safe", source)


@pytest.mark.parametrize("kind", [*SHOWN_STATUSES, "database"])
def test_a_refusal_says_what_happened_and_what_to_do(kind: int | str) -> None:
    for language in LANGUAGES:
        assert len({text(f"error.{kind}.{part}", language) for part in ("title", "what", "do")}) == 3


def test_a_script_gets_the_texts_of_its_part_alone() -> None:
    assert texts_of("progress", "en")["ready"] == "Your server is ready; JupyterLab opens"
    assert set(texts_of("progress", "en")) == set(texts_of("progress", "zh"))
    assert not any("." in key for key in texts_of("progress", "zh"))


@pytest.mark.parametrize(
    ("cookie", "accept", "language"),
    [
        (None, None, "en"),
        (None, "", "en"),
        (None, "de-DE,de;q=0.9", "en"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        (None, "en;q=0.2, zh-TW;q=0.7", "zh"),
        (None, "zh;q=0", "en"),
        (None, "zh;q=many", "en"),
        (None, "zh" * 10_000, "en"),
        ("zh", "en", "zh"),
        ("en", "zh", "en"),
        ("<script>", "zh", "zh"),
    ],
)
def test_a_choice_comes_before_what_the_browser_asks_for(cookie: str | None, accept: str | None, language: str) -> None:
    assert choose(cookie, accept) == language
