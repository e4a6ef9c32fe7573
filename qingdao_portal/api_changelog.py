"""What changed in the API, for those who build on it: the page at /api/changelog/.

One line here for each change that a partner notices. `tests/api/test_contract.py` wants one for
each operation that came after the document which was given out: its address.
"""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Update(NamedTuple):
    """What came on one day."""

    day: str  # YYYY-MM-DD, in China
    changes: list


UPDATES = [  # the newest first
    Update(
        "2026-11-28",
        [
            _("新增接口更新记录(这一页)。要停用的先写在这里,并在回答里带 Deprecation 和 Sunset。"),
            _("条目列表可以用 cursor 翻到任意深度;page 只用到第3000条。"),
            _("搜索结果有 count_is_exact:词太常见时为 false,count 是至少几条。"),
            _("OpenAPI 文档写明了每个接口的示例、推送消息(webhooks)和 503。"),
            _("可以用密钥提高每分钟的上限;超过上限答 429,密钥无效答 401。"),
            _("变更可以推送:按 Standard Webhooks 签名,按先后送达。"),
            _("/api/v1/changes/ 可以等候新的变更(wait)。"),
            _("整份取用:/api/v1/export/,以及 DCAT 目录 /api/v1/catalog.jsonld。"),
            _("按 Open Referral HSDS 3 提供服务清单:/api/v1/hsds/services。"),
            _("每一条都有 links:自己的地址、网页和历次版本。"),
            _("条目有外文文本(translations),译文比原文旧的写在 outdated_translations。"),
            _("related 和 continues 里带标题的译文(translations);以前发布的版本没有这一项。"),
        ],
    ),
    Update("2026-11-27", [_("跨类别搜索:/api/v1/search/。")]),
    Update(
        "2026-11-22",
        [_("第一版:举措、项目、合作区和基础资料,历次版本,按序号排列的变更。")],
    ),
]
