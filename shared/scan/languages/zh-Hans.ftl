# Simplified Chinese (简体中文)
# Reviewed by a native speaker: no
#
# 扫描二维码后所见页面的文字：码是否为真、包含什么内容，以及打不开时该怎么办。
# 要修改文字，请修改等号后面的内容。花括号里的内容由服务填写，必须保留：
# { $time } 是日期和时间，{ $place } 是地点名称，{ $limit } 是数字。
# 随数字变化的文字，语言的每种形式各占一行，说明见 https://projectfluent.org 。

## 码没有问题

genuine-title = 此码为真
genuine-lead = 此码由本服务盖章，此后未被更改。
# 位于码的内容列表之前。
says = 内容：
redeemable-lead = 此码由本服务盖章，可以核销。
# 有人核销了一个码（例如门票）之后的标题：已经计数。
redeemed-title = 已核销
redeemed-lead = 服务已记录此码的本次使用。

## 码为真，但有些问题

unchecked-title = 为真，但未经核查
unchecked-lead = 此码由本服务盖章，但目前无法得知是否已被撤销。
use-unchecked-title = 为真，但未核查使用情况
use-unchecked-lead = 此码由本服务盖章，但目前无法得知以前是否使用过。
used-title = 此码已被使用
used-lead = 此码为真，但核销次数已达上限。
used-do-not-accept = 此码为真，但核销次数已达上限。请勿再次接受。
expired-title = 此码已过期
expired-lead = 此码为真，但已于 { $time } 过期。
not-yet-title = 此码尚未生效
not-yet-lead = 此码为真，自 { $time } 起有效。
revoked-title = 此码已被撤销
revoked-lead = 此码为真，但已由签发方于 { $time } 撤销。请勿接受。

## 码有问题，或无法得知

damaged-title = 此码无法打开
damaged-lead = 链接已损坏、不完整，或不是本服务的链接。请勿将其视为真码。
damaged-scan = 请重新扫描：将码放平，光线充足，并完整置于画面中。
damaged-link = 如果您是通过链接打开的，请确认链接完整。
ask = 请向提供此码的一方索取新码。
unavailable-title = 目前无法核查此码
unavailable-lead = 服务目前无法读取密钥或记录。此码很可能是真的，请妥善保留。
redemption-unknown-title = 无法得知此码是否已核销
redemption-unknown-lead = 服务目前无法读取记录。请返回并再次按下按钮：不会重复计数。
other-title = 无法执行此操作
try-again = 重试

## 有效期和可用次数

valid-until = 有效期至 { $time }。
good-for = 可使用 { $limit } 次。
not-redeemed-yet = 尚未核销。
redeemed-times = 已核销 { $used } 次，最近一次：{ $time }。
# 同上，并注明地点。
redeemed-times-at = 已核销 { $used } 次，最近一次：{ $time }，{ $place }。
# 有人核销了一个码之后：例如三次中的第二次。
this-use = 这是第 { $use } 次使用（共 { $limit } 次），时间：{ $time }。
this-use-at = 这是第 { $use } 次使用（共 { $limit } 次），时间：{ $time }，{ $place }。
last-redeemed = 最近一次核销：{ $time }。
last-redeemed-at = 最近一次核销：{ $time }，{ $place }。

## 核销

only-staff = 只有本服务的工作人员才能核销。打开此页面不会核销。
revealed-on-redeem = 只有核销此码的人才能看到其内容。
# 地点名称（例如入口）输入框的标签。
place = 地点（选填）
redeem = 立即核销
redeem-note-only = 这将计入此码唯一的一次使用，并保留记录。打开此页面不计次数。
redeem-note = 这将计入此码的一次使用，并保留记录。打开此页面不计次数。

## 页面底部

copies = 任何拥有此码或其链接的人都可以读到这些内容。此码的复制件同样有效。
counts-not-copies = 任何拥有此码或其链接的人都能看到此页面。以服务的计数为准，与复制件无关。
# { $address } 是网址的开头，例如 https://qr.example.org
address = 上方的网址必须以此开头：{ $address }
# 此码的名称：{ $name } 类似 7Q4M-K2XA-9PTD-3HBE
code-name = 码 { $name }
# 求助时告诉对方的内容：{ $reference } 类似 expired, 410
reference = 参考信息：{ $reference }
# 链接的文字。
help = 帮助
privacy = 隐私

## 码的内容，原文

as-json = 以 JSON 显示
copy = 复制为 JSON
copied = 已复制
selected = 已选中：请从这里复制
# 代替空的值、列表、名称或组。
empty = 空
empty-list = 空列表
no-name = 无名称
no-members = 无成员
# 代替有意省略的值。
nothing = 无
yes = 是
no = 否

## 日期、时间和数字

# 日期中的月份名称。
month =
    { $month ->
        [1] 1月
        [2] 2月
        [3] 3月
        [4] 4月
        [5] 5月
        [6] 6月
        [7] 7月
        [8] 8月
        [9] 9月
        [10] 10月
        [11] 11月
       *[12] 12月
    }
# { $month } 是上面的名称，{ $month-number } 是两位数的月份，{ $day } 前面不加零。
date = { $year }年{ $month }{ $day }日
# { $hour } 为 24 小时制，与 { $minute } 一样是两位数。
time = { $date } { $hour }:{ $minute } UTC
# 整数与小数之间，以及每三位数字之间。{" "} 是空格。
decimal-separator = .
group-separator = ,
# { $amount } 是数字，{ $currency } 是 EUR 之类的代码。
money = { $currency }{"\u00A0"}{ $amount }
