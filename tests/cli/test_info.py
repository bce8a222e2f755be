import ganlab as package
from ganlab.config import RunConfig
from ganlab.registry import Preset, table


def test_presets_are_listed_with_a_sentence_each(ganlab):
    done = ganlab("presets")
    assert done.status == 0
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == list(table(Preset))
    assert all(len(line.split()) > 3 for line in lines)


def test_presets_as_json_are_configurations(ganlab):
    listed = ganlab("presets", "--json").json["presets"]
    assert listed.keys() == table(Preset).keys()
    for name, one in listed.items():
        assert RunConfig.from_json(one["config"]) == table(Preset)[name].config


def test_info_says_what_the_lab_would_run_on(ganlab, lab):
    done = ganlab("info", "--json")
    assert done.status == 0
    assert done.json["ganlab"] == package.__version__
    assert done.json["device"] in ("cpu", "cuda", "mps")
    assert done.json["home"] == str(lab / "home")
    assert done.json["streamlit"]
    assert "device" in ganlab("info").out
