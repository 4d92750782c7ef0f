"""The values of the Helm chart: one model, from which its schema and the documentation in values.yaml are made.

``python -m hub_config.chart schema`` and ``values`` print the two files; ``check FILE`` says what is wrong with an
administrator's own, also what a schema cannot know.
"""

from hub_config.chart.values import Values

__all__ = ["Values"]
