"""The shape of the house, where a tool cannot see it."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings

ORDER = ["notifications", "compliance", "workflows"]


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
