"""The demonstration's people: somebody for every role of the clubhouse, with printed PINs. Never made outside `--demo`."""

from dataclasses import dataclass

from engine.run.site_events import PersonAdded, PinChanged
from engine.service import Engine


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody for the demonstration."""

    id: str
    name: str
    roles: tuple[str, ...]
    pin: str
    place: str | None = None
    lang: str = "zh"


PEOPLE = (
    DemoPerson("chen", "陈海", ("lifeguard",), "260608", "pool"),
    DemoPerson("lin", "林涛", ("lifeguard",), "351702", "pool"),
    DemoPerson("zhao", "赵健", ("gym_attendant",), "180522", "gym"),
    DemoPerson("wu", "吴静", ("receptionist",), "410913", "service_centre"),
    DemoPerson("zheng", "郑洁", ("receptionist",), "520817", "service_centre"),
    DemoPerson("ma", "马乐", ("games_attendant",), "684019", "games_room"),
    DemoPerson("sun", "孙会", ("meeting_attendant", "usher"), "902014", "meeting_room"),
    DemoPerson("qian", "钱领", ("csc_lead",), "730416", "service_centre"),
    DemoPerson("feng", "冯主", ("csc_supervisor",), "640205", "service_centre"),
    DemoPerson("zhou", "周督", ("supervisor",), "815309"),
    DemoPerson("gao", "高工", ("dept_head", "engineering_head"), "271940"),
    DemoPerson("luo", "罗工", ("engineering_head",), "493827"),
    DemoPerson("hu", "胡修", ("technician",), "517036"),
    DemoPerson("wei", "卫安", ("security_head",), "628174"),
    DemoPerson("bai", "白洁", ("cleaning_head",), "735290"),
    DemoPerson("tao", "陶会", ("club_head",), "846301"),
    DemoPerson("jiang", "蒋经", ("property_manager",), "396128"),
    DemoPerson("shen", "沈总", ("general_manager",), "857142"),
    DemoPerson("han", "韩负", ("duty_head",), "148263"),
    DemoPerson("yang", "杨审", ("reviewer",), "569031"),
    DemoPerson("smith", "Alex Smith", ("lifeguard", "gym_attendant", "receptionist"), "704158", lang="en"),
    DemoPerson("admin", "管理员", ("admin",), "938475"),
)


def add_people(engine: Engine) -> list[DemoPerson]:
    """Add those of the demonstration's people who are not there yet and whose roles the site knows."""
    there, roles = engine.directory.now().people, engine.site.roles
    missing = [person for person in PEOPLE if person.id not in there and set(person.roles) <= roles.keys()]
    for person in missing:
        engine.pins.set(person.id, person.pin, engine.clock.now())
    events = [e for p in missing for e in (PersonAdded(p.id, p.name, p.roles, p.lang, p.place), PinChanged(p.id))]
    if events:
        engine.note_all(events, "demo")
    return missing
