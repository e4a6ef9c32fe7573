"""Addresses of the staff area, and the forms on its pages as a browser would send them."""

import html5lib

HTML = "{http://www.w3.org/1999/xhtml}"


def address_of(model_or_row, page="changelist"):
    """`/admin/guide/measure/`, or a page of one row: `…/<id>/change/`."""
    options = model_or_row._meta
    base = f"/admin/{options.app_label}/{options.model_name}/"
    if page == "changelist":
        return base
    return base + "add/" if page == "add" else f"{base}{model_or_row.pk}/{page}/"


def form_on(response):
    """What a browser would send if the form on the page were sent untouched."""
    document = html5lib.parse(response.content.decode())
    form = next(form for form in document.iter(f"{HTML}form") if form.get("id") != "logout-form")
    data = {}
    for control in form.iter():
        name = control.get("name")
        if name and "__prefix__" not in name:
            data.setdefault(name, []).extend(_values(control))
    return {name: values for name, values in data.items() if values}


def _values(control):
    tag, kind = control.tag.removeprefix(HTML), control.get("type")
    if tag == "textarea":
        return [(control.text or "").removeprefix("\n")]
    if tag == "select":
        options = control.iter(f"{HTML}option")
        return [option.get("value") for option in options if option.get("selected") is not None]
    if tag != "input" or kind == "submit":
        return []
    if kind in ("checkbox", "radio"):
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [control.get("value", "")]


def send(client, address, /, **changes):
    """Open the page, change some fields of its form and send it."""
    data = form_on(client.get(address)) | changes
    return client.post(address, data)


def errors_on(response):
    """The texts of all errors that a form page shows."""
    document = html5lib.parse(response.content.decode())
    lists = [node for node in document.iter() if "errorlist" in (node.get("class") or "")]
    return ["".join(node.itertext()).strip() for node in lists]


def messages_on(response):
    """What the page tells the user above its content."""
    document = html5lib.parse(response.content.decode())
    lists = [node for node in document.iter() if node.get("class") == "messagelist"]
    return ["".join(item.itertext()) for node in lists for item in node]
