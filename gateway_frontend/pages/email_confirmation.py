"""/confirm-email: the page that a link in an e-mail opens.

It confirms by a form: programs that look at the links of e-mails open pages, but send no forms.
"""

from flask import Blueprint, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from gateway_frontend.cookies import session_cookie
from gateway_frontend.parts import current_login, current_parts
from servicekit.web.errors import Problem

pages = Blueprint("email_confirmation", __name__)


@pages.get("/confirm-email/<secret>")
def show(secret: str) -> str:
    return render_template("account/confirm_email.html")


@pages.post("/confirm-email/<secret>")
def confirm(secret: str) -> ResponseReturnValue:
    try:
        current_parts().sign_in.confirm_email(secret)
    except Problem as problem:
        if problem.status not in (404, 422, 429):
            raise
        page = render_template("account/confirm_email.html", wrong=problem.detail)
        return make_response(page, problem.status)
    cookie = session_cookie()
    if cookie is not None:  # the person is read again
        current_parts().logins.forget(cookie)
    return render_template("account/confirm_email.html", is_confirmed=True)


@pages.post("/settings/email-confirmation")
def send_link() -> ResponseReturnValue:
    current_parts().sign_in.send_email_confirmation(current_login().access_token)
    return redirect("/settings?done=confirmation", 303)
