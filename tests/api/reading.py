"""Read what the API answers."""


def slugs(client, address):
    """The slugs of the items of a list, in its order."""
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return [item["slug"] for item in response.json()["results"]]
