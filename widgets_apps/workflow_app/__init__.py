"""The app of a workflow that brings no page of its own: forms, previews and runs from declarations alone."""

from widgets_apps.workflow_app.app import WorkflowApp

__all__ = ["WorkflowApp"]
