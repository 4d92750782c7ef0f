"""A name belongs to the id that came first, whatever happens at the same time."""

from __future__ import annotations

import threading

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from hub_config.bindings import Bindings


def test_a_new_name_is_bound_to_who_comes_first(session: Session) -> None:
    assert Bindings(session).bind("alice", "umt-7") == "umt-7"


def test_a_bound_name_keeps_its_id(session: Session) -> None:
    bindings = Bindings(session)
    bindings.bind("alice", "umt-7")
    assert bindings.bind("alice", "umt-8") == "umt-7"
    assert bindings.bind("alice", "umt-7") == "umt-7"


def test_a_bound_name_keeps_its_id_in_the_next_hub(session: Session, url: str) -> None:
    Bindings(session).bind("alice", "umt-7")
    engine = create_engine(url)
    with Session(engine) as another:
        assert Bindings(another).bind("alice", "umt-8") == "umt-7"
    engine.dispose()


def test_what_the_hub_is_writing_meanwhile_is_kept(session: Session) -> None:
    bindings = Bindings(session)
    bindings.bind("alice", "umt-7")
    session.execute(text("CREATE TABLE of_the_hub (value INTEGER)"))
    session.commit()
    session.execute(text("INSERT INTO of_the_hub VALUES (1)"))
    bindings.bind("alice", "umt-8")
    assert session.scalar(text("SELECT value FROM of_the_hub")) == 1


def test_a_refused_binding_leaves_the_session_usable(session: Session) -> None:
    bindings = Bindings(session)
    bindings.bind("alice", "umt-7")
    bindings.bind("alice", "umt-8")
    assert bindings.bind("bob", "umt-8") == "umt-8"


def test_of_two_logins_at_once_one_wins_and_both_learn_it(url: str) -> None:
    both_ready = threading.Barrier(2, timeout=10)
    outcomes: dict[str, str] = {}

    def log_in(sso_id: str) -> None:
        engine = create_engine(url)
        with Session(engine) as session:
            bindings = Bindings(session)
            both_ready.wait()
            outcomes[sso_id] = bindings.bind("alice", sso_id)
        engine.dispose()

    engine = create_engine(url)
    with Session(engine) as session:
        Bindings(session)
    engine.dispose()
    threads = [threading.Thread(target=log_in, args=(sso_id,)) for sso_id in ("umt-7", "umt-8")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert set(outcomes) == {"umt-7", "umt-8"}
    assert len(set(outcomes.values())) == 1
