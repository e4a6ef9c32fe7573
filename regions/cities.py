"""The five cities by the names they have in addresses, which are a promise."""

CITY_SLUGS = ("qingdao", "yantai", "weifang", "weihai", "rizhao")
