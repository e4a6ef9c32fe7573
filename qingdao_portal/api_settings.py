"""Settings of the API: how Django REST Framework reads and answers, and what its contract says.

Nothing here depends on the environment: it is the same wherever the portal runs.
"""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "publishing.api.negotiation.FormatOrAccept",
    "DEFAULT_SCHEMA_CLASS": "publishing.api.openapi.PortalSchema",
    "EXCEPTION_HANDLER": "publishing.api.problems.problem_handler",
    "URL_FORMAT_OVERRIDE": "format",
}
# Routes that will go, by the name of the operation; see qingdao_portal/api_deprecation.py.
API_DEPRECATIONS = {}
SPECTACULAR_SETTINGS = {
    "TITLE": "青岛都市圈同城便捷生活指南 API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": "/"}],
    # Modules of generated clients are called by these names; people read the descriptions.
    "TAGS": [
        {"name": "root", "description": "总览"},
        {"name": "measures", "description": "指南条目"},
        {"name": "projects", "description": "实事项目"},
        {"name": "zones", "description": "合作区"},
        {"name": "reference", "description": "基础资料"},
        {"name": "changes", "description": "变更"},
        {"name": "search", "description": "搜索"},
        {"name": "sets", "description": "整库"},
        {"name": "hsds", "description": "服务目录(HSDS)"},
        {"name": "webhooks", "description": "推送"},
    ],
    "EXTERNAL_DOCS": {"url": "/api/changelog/", "description": "接口更新记录"},
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_NAME_OVERRIDES": {
        "AgreementKindEnum": "cooperation.models.Agreement.Kind",
        "ChangeEventEnum": "publishing.models.Edition.Event",
        "CooperationEventKindEnum": "cooperation.models.Event.Kind",
        "FeeKindEnum": "guide.models.Measure.Fee",
        "MeasureRoleEnum": "guide.models.MeasureDepartment.Role",
        "ProjectRoleEnum": "projects.models.ProjectDepartment.Role",
        "ProjectStatusEnum": "projects.models.Project.Status",
        "ProvisionStatusEnum": "guide.models.Provision.Status",
    },
    "APPEND_COMPONENTS": {"securitySchemes": {"partnerKey": {"type": "http", "scheme": "bearer"}}},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "publishing.api.openapi.say_exactly",
        "publishing.api.examples.add_examples",
        "partners.openapi.add_webhook",
    ],
}
