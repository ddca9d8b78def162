"""Emoji by the names that Slack and Mattermost give them, such as `+1` and `tada`."""

import re
import unicodedata
from typing import Final

from servicekit.emoji import clean_emoji

_TABLE: Final = """
    +1 👍  thumbsup 👍  -1 👎  thumbsdown 👎  tada 🎉  heart ❤️  smile 😄  smiley 😃  grinning 😀
    grin 😁  laughing 😆  satisfied 😆  sweat_smile 😅  joy 😂  rofl 🤣
    rolling_on_the_floor_laughing 🤣  slightly_smiling_face 🙂  upside_down_face 🙃  wink 😉
    blush 😊  innocent 😇  heart_eyes 😍  kissing_heart 😘  yum 😋  stuck_out_tongue 😛
    sunglasses 😎  thinking_face 🤔  thinking 🤔  neutral_face 😐  expressionless 😑  smirk 😏
    unamused 😒  face_with_rolling_eyes 🙄  grimacing 😬  relieved 😌  pensive 😔  sleepy 😪
    sleeping 😴  cry 😢  sob 😭  scream 😱  flushed 😳  angry 😠  rage 😡  triumph 😤  confused 😕
    worried 😟  disappointed 😞  open_mouth 😮  hushed 😯  astonished 😲  party 🥳
    partying_face 🥳  exploding_head 🤯  hugging_face 🤗  shrug 🤷  facepalm 🤦  face_palm 🤦
    clap 👏  raised_hands 🙌  pray 🙏  muscle 💪  wave 👋  ok_hand 👌  point_up ☝️  point_up_2 👆
    point_down 👇  point_left 👈  point_right 👉  raised_hand ✋  hand ✋  v ✌️
    crossed_fingers 🤞  handshake 🤝  fist ✊  facepunch 👊  punch 👊  the_horns 🤘  metal 🤘
    white_check_mark ✅  heavy_check_mark ✔️  ballot_box_with_check ☑️  x ❌
    negative_squared_cross_mark ❎  warning ⚠️  exclamation ❗  heavy_exclamation_mark ❗
    question ❓  bangbang ‼️  100 💯  star ⭐  star2 🌟  sparkles ✨  zap ⚡  boom 💥  collision 💥
    bulb 💡  memo 📝  pencil ✏️  pushpin 📌  calendar 📅  date 📅  clock1 🕐  hourglass ⌛  bell 🔔
    no_bell 🔕  lock 🔒  unlock 🔓  key 🔑  wrench 🔧  hammer 🔨  gear ⚙️  link 🔗  email 📧
    envelope ✉️  phone ☎️  computer 💻  bug 🐛  ship 🚢  car 🚗  red_car 🚗  airplane ✈️
    coffee ☕  tea 🍵  beer 🍺  beers 🍻  wine_glass 🍷  pizza 🍕  hamburger 🍔  cake 🍰
    birthday 🎂  apple 🍎  sunny ☀️  cloud ☁️  umbrella ☔  snowflake ❄️  rainbow 🌈  sun_with_face 🌞
    broken_heart 💔  two_hearts 💕  sparkling_heart 💖  yellow_heart 💛  green_heart 💚
    blue_heart 💙  purple_heart 💜  black_heart 🖤  orange_heart 🧡  poop 💩  hankey 💩
    see_no_evil 🙈  hear_no_evil 🙉  speak_no_evil 🙊  robot_face 🤖  robot 🤖  ghost 👻  skull 💀
    eyes 👀  ear 👂  brain 🧠  man 👨  woman 👩  baby 👶  dog 🐶  cat 🐱  unicorn_face 🦄
    unicorn 🦄  penguin 🐧  turtle 🐢  snake 🐍  bee 🐝  honeybee 🐝
    rotating_light 🚨  chart_with_upwards_trend 📈  construction 🚧  mega 📣
    information_source ℹ️  package 📦
    checkered_flag 🏁  trophy 🏆  medal 🏅
    soccer ⚽  basketball 🏀  dart 🎯  game_die 🎲
    musical_note 🎵  notes 🎶  arrow_up ⬆️
    arrow_down ⬇️  arrow_left ⬅️  arrow_right ➡️  heavy_plus_sign ➕  heavy_minus_sign ➖
    recycle ♻️  no_entry ⛔  no_entry_sign 🚫  red_circle 🔴  large_blue_circle 🔵
    green_circle 🟢  large_green_circle 🟢  black_circle ⚫  white_circle ⚪
"""
_NAMES: Final[dict[str, str]] = dict(re.findall(r"(\S+) (\S+)", _TABLE))


def emoji_named(name: str) -> str | None:
    """The emoji of `tada`, `:tada:` or `🎉`, without a skin tone; None for custom emoji."""
    plain = name.strip().strip(":").partition("::")[0]
    for found in (plain, _NAMES.get(plain), _by_unicode_name(plain)):
        try:
            return clean_emoji(found or "")
        except ValueError:
            continue
    return None


def _by_unicode_name(name: str) -> str | None:
    words = name.replace("_", " ").replace("-", " ")
    for candidate in (words, f"{words} face", f"{words} sign", f"{words} symbol"):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return None
