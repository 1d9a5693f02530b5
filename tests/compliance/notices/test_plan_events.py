"""What a letter says of each event about a plan, a report or a petition, and what to press."""

from __future__ import annotations

from django.utils import translation

from compliance.services.notices import plan_events

LOOK = "Посмотреть"
SAID = {
    "report.return": ("Отчёт возвращён", "Исправить и отправить"),
    "report.recall": ("Отчёт отозван отправителем", "Исправить и отправить"),
    "report.accept": ("Отчёт принят", LOOK),
    "inspection.refute": (
        "Проверка не подтвердила выполнение, срок снова на контроле", "Прочитать замечание",
    ),
    "occurrence.extend": ("Срок перенесён", LOOK),
    "occurrence.waive": ("Снято с контроля без исполнения", LOOK),
    "petition.decline": ("Руководитель не поддержал ходатайство", LOOK),
    "petition.refuse": ("Министерство отказало в ходатайстве", LOOK),
    "petition.lapse": ("Ходатайство утратило силу", LOOK),
    "approval.return": ("План возвращён на доработку", "Доработать план"),
    "plan.return_to_draft": ("План возвращён на доработку", "Доработать план"),
    "plan.agree": ("План согласован", LOOK),
    "plan.approve": ("План утверждён", LOOK),
    "plan.publish": ("План опубликован", LOOK),
    "revision.return_to_draft": ("Изменения плана возвращены на доработку", "Доработать план"),
    "revision.agree": ("Изменения плана согласованы", LOOK),
    "revision.approve": ("Изменения плана утверждены", LOOK),
    "revision.publish": ("Изменения плана опубликованы", LOOK),
    "report.question": ("Отчёт по плану возвращён", "Дополнить отчёт"),
    "plan.accept_report": ("Отчёт по плану принят", LOOK),
    "plan.reopen": ("План возвращён на исполнение", LOOK),
}  # fmt: skip


def test_each_event_has_its_words_and_its_button():
    every = plan_events.OF_REPORTS | plan_events.OF_PETITIONS | plan_events.OF_PLANS
    with translation.override("ru"):
        found = {action: tuple(str(word) for word in words) for action, words in every.items()}
    assert found == SAID
