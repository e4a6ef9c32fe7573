"""The store keeps to its bytes, and what is asked for often stays."""

from types import SimpleNamespace

from qingdao_portal.response_store.store import Store


def answer(size=10):
    return SimpleNamespace(size=size, is_used=False)


def test_it_never_holds_more_than_it_may():
    store = Store(100)
    for number in range(50):
        store.put(number, answer(size=1 + number % 12))
        assert store.bytes <= 100
    assert store.bytes == sum(store.find(key).size for key in range(50) if store.find(key))


def test_what_was_put_last_replaces_what_was_there():
    store, second = Store(100), answer(5)
    store.put("a", answer(10))
    store.put("a", second)
    assert (store.find("a"), store.bytes, len(store)) == (second, 5, 1)


def test_a_flood_of_addresses_asked_for_once_does_not_push_out_what_is_used():
    store = Store(1000)
    used = [answer() for _ in range(20)]
    for number, one in enumerate(used):
        store.put(("used", number), one)
    for number in range(5000):
        store.put(("flood", number), answer())
        if number % 50 == 0:  # each is asked for now and then
            assert all(store.find(("used", n)) is one for n, one in enumerate(used))


def test_what_nobody_asks_for_any_more_makes_room():
    store = Store(100)
    store.put("old", answer())
    store.find("old")
    for number in range(30):
        store.put(number, answer())
    assert store.find("old") is None


def test_one_answer_cannot_take_most_of_the_room():
    store = Store(100)
    store.put("small", answer())
    store.put("huge", answer(13))
    assert store.find("huge") is None
    assert store.find("small")


def test_clearing_leaves_nothing():
    store = Store(100)
    store.put("a", answer())
    store.clear()
    assert (store.find("a"), store.bytes, len(store)) == (None, 0, 0)
