"""Staff's Markdown as safe HTML."""

import nh3
from markdown_it import MarkdownIt

# Pages give an entry's body headings from level 3 down, so staff start at "###".
_TAGS = {
    *("p", "br", "hr", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre"),
    *("h3", "h4", "h5", "table", "thead", "tbody", "tr", "th", "td", "a"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def render_markdown(text):
    """`text` as HTML with only plain formatting; raw HTML in it is shown as text."""
    return nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "tel", "mailto"},
        link_rel="noopener nofollow",
    ).strip()
