"""Access: what a login has opened, and how it is closed when the single sign-on ends the login."""

from __future__ import annotations

from typing import Any

from jupyterhub import orm
from sqlalchemy import inspect


def close_access(user: Any) -> None:
    """Close every door that a user's logins have opened; running servers go on.

    Deleted are the tokens with which browsers use servers, the codes to get such tokens, and the user's API tokens;
    cookies of the hub become void. Each server keeps its own token: with it, it tells the hub that a run is going on.
    """
    db = user.db
    kept = [number for spawner in user.spawners.values() if (number := own_token_id(spawner))]
    for token in db.query(orm.APIToken).filter_by(user_id=user.id).filter(orm.APIToken.id.not_in(kept)):
        db.delete(token)
    for code in db.query(orm.OAuthCode).filter_by(user_id=user.id):
        db.delete(code)
    user.orm_user.cookie_id = orm.new_token()  # what a cookie of the hub names
    db.commit()


def own_token_id(spawner: Any) -> int | None:
    """Which row of the hub's tokens is a server's own; none where no server runs.

    A hub that starts again knows no server's token. The row's number is in the spawner's state, as `token_id`; a note
    or scopes would not do, since users give those to tokens of theirs.
    """
    if spawner.api_token:
        token = orm.APIToken.find(spawner.user.db, spawner.api_token)
        return token.id if token else None
    return (spawner.orm_spawner.state or {}).get("token_id")


def refuse_request(handler: Any) -> None:
    """Let a request fail that came with a token which was deleted while it was under way.

    JupyterHub goes on with the token that it found, unless it takes the request for a browser's, which has to log in.
    """
    token = handler.get_token()
    if token is not None and inspect(token).was_deleted:
        handler._token_authenticated = False
