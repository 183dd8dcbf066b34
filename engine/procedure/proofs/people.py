"""Who there is to do things: the roles that active people hold, with what they include; where nobody asked, all of the site."""

from collections.abc import Iterable

from engine.procedure.site import Permission, Site


class Crowd:
    """The roles somebody holds. With `held` None it is not asked who there is: every role of the site counts as held."""

    def __init__(self, site: Site, held: frozenset[str] | None) -> None:
        self._site, self.is_asked = site, held is not None
        self._held = frozenset(site.all_roles(tuple(site.roles if held is None else held)))

    def missing(self, roles: Iterable[str]) -> tuple[str, ...]:
        """`roles`, where nobody holds any of them; else none."""
        roles = tuple(roles)
        return () if self._held & set(roles) else roles

    def unheld(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Those of `roles` that nobody holds."""
        return tuple(role for role in roles if role not in self._held)

    def may(self, permission: Permission) -> bool:
        """Whether somebody has the permission."""
        return self._site.may(tuple(self._held), permission)
