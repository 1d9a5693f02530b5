"""The shape of the code, where a tool cannot see it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ORDER = ["notifications", "compliance", "workflows"]

# One word a subject, the same in every layer, in the templates and in the tests.
SUBJECTS = {
    "plans", "approval", "execution", "evidence", "petitions", "inspections", "documents", "people",
    "notices", "audit", "reference", "boards", "incentives",
}  # fmt: skip
# What stands beside the subjects in each layer, and why it is none of them.
BESIDE = {
    "compliance/domain": {"calendar", "deadlines", "folding", "refusals"},
    "compliance/services": {"acts", "calendars", "uploads", "jobs"},  # the ground floor
    "compliance/forms": {"fields"},  # what the forms of several subjects draw alike
    "compliance/views": {"display", "help", "jobs", "kept", "requests"},
    "workflows/services": {"tasks", "reconciliation"},
    "workflows/forms": {"tasks", "answers"},
    "workflows/views": {"tasks", "health", "design"},
    "templates": {
        "tasks", "jobs", "letters", "partials", "public", "account", "mfa", "allauth",
        "design",
    },
    "tests/compliance": {"domain", "files", "jobs"},
    "tests/compliance/domain": {"calendar", "deadlines"},
    "tests/workflows": {"tasks", "reconciliation"},
}  # fmt: skip


def test_foreign_keys_point_down_the_one_way_street():
    """import-linter sees imports; a foreign key named by a string it does not."""
    wrong = []
    for place, label in enumerate(ORDER):
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.get_fields():
                if not field.is_relation or field.auto_created or field.related_model is None:
                    continue
                target = field.related_model._meta
                is_user = target.label == settings.AUTH_USER_MODEL
                if target.app_label in ORDER[place + 1 :] and not is_user:
                    wrong.append(f"{model._meta.label}.{field.name} → {target.label}")
    assert wrong == []


def test_every_model_of_ours_has_russian_or_translatable_names():
    plain = [
        model._meta.label
        for label in ORDER
        for model in apps.get_app_config(label).get_models()
        if isinstance(model._meta.verbose_name, str)
    ]
    assert plain == []


def test_a_right_is_checked_where_it_is_settled_in_whose_name_one_acts():
    """`act.may(rule, thing)`, never `rule(act.user, thing)`: a substitute's act names both."""
    wrong = []
    for app in ("compliance", "workflows"):
        for layer in ("services", "effects"):
            for path in sorted(Path(app, layer).rglob("*.py")):
                if path.name != "acts.py":
                    wrong += [f"{path}:{line}" for line in past_the_act(path.read_text("utf-8"))]
    assert wrong == []


def past_the_act(source: str) -> list[int]:
    """The lines on which `act.user` is asked for its rights directly."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            people = {ast.unparse(argument) for argument in node.args}
            asked = name.startswith(("may", "_may")) and people & {"act.user", "act.person"}
            if asked or ast.unparse(node.func) in {
                "act.user.jurisdiction",
                "act.person.jurisdiction",
            }:
                found.append(node.lineno)
    return found


def test_the_test_above_sees_what_it_looks_for():
    assert past_the_act("if not may_draft(act.user, plan): pass") == [1]
    assert past_the_act("act.user.jurisdiction().holds(role, path)") == [1]
    assert past_the_act("act.may(may_draft, plan)") == []


@pytest.mark.parametrize("layer", sorted(BESIDE))
def test_a_layer_is_divided_by_the_words_of_the_subjects(layer):
    known = SUBJECTS | BESIDE[layer]
    assert [name for name in subjects_of(Path(layer)) if name not in known] == []


def subjects_of(layer: Path) -> list[str]:
    """The folders of a layer, and the modules that are a subject by themselves."""
    folders = {path.name for path in layer.iterdir() if path.is_dir() and any(path.rglob("*.*"))}
    modules = set() if layer.parts[0] == "tests" else {path.stem for path in layer.glob("*.py")}
    return sorted((folders | modules) - {"__init__", "__pycache__"})


def test_the_test_above_sees_a_folder_with_a_word_of_its_own(tmp_path):
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "drafts.py").touch()
    (tmp_path / "helpers.py").touch()
    assert subjects_of(tmp_path) == ["helpers", "plans"]
