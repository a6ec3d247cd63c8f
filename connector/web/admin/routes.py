"""Who may call what: one line for each address of the admin, and whatever has no line is refused."""

from __future__ import annotations

from enum import Enum

from connector.access.roles import Role


class Need(Enum):
    """What an address asks beyond a role: nothing, or only that somebody is logged in."""

    NOTHING = "nothing"
    LOGIN = "login"


NEEDS: dict[str, Need | Role] = {
    "admin.asset": Need.NOTHING,
    "admin.login": Need.NOTHING,
    "admin.log_in": Need.NOTHING,
    "admin.password": Need.NOTHING,
    "admin.set_password": Need.NOTHING,
    "admin.invitation": Need.NOTHING,
    "admin.take_up": Need.NOTHING,
    "admin.log_out": Need.LOGIN,
    "admin.start": Need.LOGIN,
    "admin.profile": Need.LOGIN,
    "admin.change_profile": Need.LOGIN,
    "admin.change_password": Need.LOGIN,
    "admin.end_session": Need.LOGIN,
    "admin.end_sessions": Need.LOGIN,
    "admin.home": Role.VIEWER,
    "admin.task_done": Role.MANAGER,
    "admin.customers": Role.VIEWER,
    "admin.find_customers": Role.VIEWER,
    "admin.customer": Role.VIEWER,
    "admin.correct": Role.MANAGER,
    "admin.find_twin": Role.MANAGER,
    "admin.merge": Role.MANAGER,
    "admin.part": Role.MANAGER,
    "admin.rewards": Role.VIEWER,
    "admin.voucher_back": Role.MANAGER,
    "admin.campaigns": Role.VIEWER,
    "admin.questions": Role.VIEWER,
    "admin.answer": Role.MANAGER,
    "admin.drop_question": Role.MANAGER,
    "admin.programme": Role.VIEWER,
    "admin.check_programme": Role.OWNER,
    "admin.apply_programme": Role.OWNER,
    "admin.version": Role.VIEWER,
    "admin.shops": Role.VIEWER,
    "admin.look_again": Role.MANAGER,
    "admin.resume": Role.MANAGER,
    "admin.confirm_move": Role.MANAGER,
    "admin.decline_move": Role.MANAGER,
    "admin.log": Role.OWNER,
    "admin.team": Role.OWNER,
    "admin.invite": Role.OWNER,
    "admin.change_role": Role.OWNER,
    "admin.remove_user": Role.OWNER,
    "admin.end_sessions_of": Role.OWNER,
}
"""By endpoint. A role is asked for at the merchant whom the address names."""
