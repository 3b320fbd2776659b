"""What the app says, in English and Korean."""

import re

LANGUAGES = ("en", "ko")

TEXTS = {
    "title": ("5G Feature Manager", "5G 기능 관리자"),
    "overview": ("Overview", "개요"),
    "report": ("Report", "보고서"),
    "load_by_region": ("Mean load by region", "지역별 평균 부하"),
    "notes": ("Notes", "메모"),
    "note": ("Note", "메모 내용"),
    "add_note": ("Add note", "메모 추가"),
    "address": ("Address of this page: {address}", "이 페이지의 주소: {address}"),
    "one_page": (
        "Streamlit {version} has no st.navigation: the report needs Streamlit 1.36 or later.",
        "Streamlit {version}에는 st.navigation이 없습니다. 보고서는 Streamlit 1.36 이상에서 볼 수 있습니다.",
    ),
    "signed_in": ("Signed in as {who} / process {pid}", "접속자: {who} / 프로세스 {pid}"),
    "filters": ("Filters", "필터"),
    "filter_features": ("Filter features", "기능 검색"),
    "region": ("Region", "지역"),
    "all": ("All", "전체"),
    "seoul": ("Seoul", "서울"),
    "daejeon": ("Daejeon", "대전"),
    "gwangju": ("Gwangju", "광주"),
    "busan": ("Busan", "부산"),
    "minimum_load": ("Minimum load (%)", "최소 부하 (%)"),
    "sites": ("Sites", "기지국"),
    "site": ("Site", "기지국"),
    "load": ("Load", "부하"),
    "features": ("Features", "기능"),
    "features_on": ("Features on", "켜진 기능"),
    "mean_load": ("Mean load", "평균 부하"),
    "changes": ("Changes", "변경"),
    "recheck_alarms": ("Re-check alarms", "알람 다시 확인"),
    "alarm_checks": ("Alarm checks: {count}", "알람 확인 횟수: {count}"),
    "alarms": (
        "Busy sites (90 % and more) without Carrier Aggregation: {count}",
        "Carrier Aggregation이 꺼진 혼잡 기지국(90 % 이상): {count}",
    ),
    "load_caption": ("Load: the share of a site's capacity in use", "부하: 기지국 용량 중 사용 중인 비율"),
    "map": ("Site map", "기지국 지도"),
    "map_caption": ("Drawn by the app: the redder, the busier", "앱이 그린 지도: 붉을수록 부하가 큽니다"),
    "no_sites": ("No site matches the filters.", "조건에 맞는 기지국이 없습니다."),
    "no_features": ("No feature matches the filter.", "조건에 맞는 기능이 없습니다."),
    "change_log": ("Change log", "변경 이력"),
    "no_changes": ("No changes yet.", "아직 변경이 없습니다."),
    "on": ("on", "켜짐"),
    "off": ("off", "꺼짐"),
    "download": ("Download change log", "변경 이력 내려받기"),
    "upload_heading": ("Check a file", "파일 확인"),
    "upload": ("Upload a file", "파일 올리기"),
    "file": ("{name}: {size} bytes", "{name}: {size} 바이트"),
}


def translator(accept_language):
    """A function from a key to its text, in the first language of the header that the table has."""
    wanted = (part.split(";")[0].strip().split("-")[0].lower() for part in accept_language.split(","))
    column = LANGUAGES.index(next((language for language in wanted if language in LANGUAGES), "en"))
    return lambda key, **values: TEXTS[key][column].format(**values)


def escape(text):
    """Text from outside as Markdown that shows just that: no links, no images, no table cells."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$])", r"\\\1", text)
