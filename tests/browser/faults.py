"""What is wrong with a page, as a person or a screen reader would find it; each as a list of sentences."""

from __future__ import annotations

from pathlib import Path

_AXE = Path(__file__).parents[2] / "widgets_apps/frontend/node_modules/axe-core/axe.min.js"

_SERIOUS = """
async () => (await axe.run(document)).violations
    .filter((fault) => ["serious", "critical"].includes(fault.impact))
    .map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.html).join(" ")}`)
"""

# Controls that can be seen; what scrolls is scrolled to them first, as the focus would.
_CONTROLS = """
const open = document.querySelector("dialog[open]");
const controls = [...(open ?? document).querySelectorAll(
    "button, input, select, textarea, a[href], summary, canvas[tabindex]")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0);
const said = (one) => one.outerHTML.slice(0, 160);
"""

_NAMELESS = (
    "() => {"
    + _CONTROLS
    + """
const named = (one) => one.getAttribute("aria-label") || one.getAttribute("aria-labelledby")
    || [...(one.labels ?? [])].some((label) => label.textContent.trim()) || one.textContent.trim();
const told = (one) => one.closest("[title]:not([title=''])") || one.getAttribute("aria-description");
return [
    ...controls.filter((one) => !named(one)).map((one) => `no label: ${said(one)}`),
    ...controls.filter((one) => !told(one)).map((one) => `no tooltip: ${said(one)}`),
];}"""
)

_MISPLACED = (
    "() => {"
    + _CONTROLS
    + """
const faults = [];
const root = document.scrollingElement;
if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide`);
if (root.scrollHeight > root.clientHeight) faults.push("the page scrolls as a whole");
for (const box of document.querySelectorAll(".daisy-column, .daisy-pane-body, .daisy-run-bar, .daisy-pane > header"))
    if (box.scrollWidth > box.clientWidth + 1) faults.push(`too wide inside: ${box.className}`);
for (const one of controls) {
    one.scrollIntoView({ block: "nearest", inline: "nearest" });
    const { left, right, top, bottom, width, height } = one.getBoundingClientRect();
    const isInside = left >= 0 && top >= 0 && right <= innerWidth + 0.5 && bottom <= innerHeight + 0.5;
    if (!isInside) faults.push(`cut off: ${said(one)}`);
    const there = document.elementFromPoint(left + width / 2, top + height / 2);
    const isSame = there && (one.contains(there) || there.contains(one) && one.closest("label") === there);
    if (!isSame) faults.push(`covered by ${there ? said(there).slice(0, 60) : "nothing"}: ${said(one)}`);
    const isWhole = getComputedStyle(one).textOverflow === "ellipsis" || one.scrollWidth <= one.clientWidth + 1;
    if (["BUTTON", "A", "SUMMARY"].includes(one.tagName) && !isWhole) faults.push(`its words are cut: ${said(one)}`);
}
return faults;}"""
)


def of_accessibility(page):
    """Faults that axe-core calls serious or critical."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_AXE.read_text())
    return page.evaluate(_SERIOUS)


def of_labels(page):
    """Controls without an accessible name or without a tooltip."""
    return page.evaluate(_NAMELESS)


def of_layout(page):
    """A page that scrolls as a whole; controls that are cut off, lie under others or whose words do not fit."""
    return page.evaluate(_MISPLACED)
