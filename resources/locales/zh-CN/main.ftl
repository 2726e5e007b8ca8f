## 启动

starting = 正在启动…
cannot-start = Oriole 无法启动
quit = 退出

## 登录

welcome = 无论朋友在哪个服务器上，都能和他们聊天。
welcome-privacy = 消息只保存在这台电脑和你的服务器上。
welcome-freedom = 不需要手机号，没有跟踪。
sign-in-title = 添加账号
sign-in-below = 用 XMPP（Jabber）地址登录，或创建一个新地址。
repair-title = 重新登录
repair-below = 请更正让这个账号无法登录的设置。
address = 地址
address-example = you@example.org
address-missing = 请输入地址。
address-no-at = 地址中要有 @，例如 you@example.org。
address-wrong = 这不是有效的地址。地址的格式如 you@example.org。
address-meant = 你是不是想输入 { $address }？
password = 密码
password-hint = 保存在这台电脑的密钥环中。
password-kept = 留空则沿用原来的密码。
password-missing = 请输入密码。
advanced = 服务器设置
server = 服务器地址
server-example = chat.example.org
server-hint = 只有在无法自动找到服务器时才需要填写。
port = 端口
port-wrong = 端口是 1 到 65535 之间的数字。
server-wrong = 这不是有效的服务器。格式如 chat.example.org:5222。
security = 安全连接
security-auto = 自动
security-starttls = StartTLS
security-direct-tls = 直接 TLS
security-plain = 不加密（仅限本机）
signing-in = 正在登录…
sign-in-failed = 还没有登录
sign-in = 登录
cancel = 取消

## 新账号

create-account = 创建账号
create-address = 想要的地址
create-address-hint = 自己取一个名字，加上 @，再加上存放账号的服务器。
create-asking = 正在询问 { $server } 需要哪些信息…
create-making = 正在创建账号…
create-anew = 服务器重新提问了。你填写的内容还在，请再看一遍。
create-elsewhere = { $server } 不能从这里创建账号。
create-failed = 还没有账号
create-taken = 这个地址已被使用。请换一个名字；如果它是你的，请直接登录。
create-not-acceptable = 缺少某些内容，或不符合服务器的要求。换一个更长的密码也许有用。
create-riddle = 图片的答案没有被接受。请再看一遍图片：它可能已经换了。
create-not-allowed = { $server } 不允许你创建账号。
create-wait = { $server } 最近创建的账号太多。请等一会儿再试。
create-invitation = { $server } 不接受这个邀请。它可能已过期，或已被使用。
create-refused = { $server } 没有创建账号。
create-said = 服务器的说明：{ $said }
create-invited = 你受邀使用这个服务器。
create-invited-by = { $address } 邀请了你，对方会成为你的第一个联系人。
password-show = 显示密码
look-up = 正在查找 { $server }…
look-up-direct = 已找到 { $server } · 直接 TLS，端口 { $port }
look-up-starttls = 已找到 { $server } · StartTLS，端口 { $port }
look-up-no-server = 没有找到名为 { $server } 的服务器。
look-up-certificate = { $server } 有回应，但它的证书无法验证。
look-up-other = { $server } 上的回应不是来自 XMPP 服务器。
look-up-not-secure = 无法建立到 { $server } 的安全连接。
look-up-silent = { $server } 没有回应。

## 表单

form-missing = 请填写这一项。
form-unseen = 这里有无法显示的内容。
form-optional = { $label }（可选）
form-email = 电子邮件
form-name = 姓名
form-nick = 昵称
form-first = 名
form-last = 姓
form-street = 街道
form-city = 城市
form-state = 省或地区
form-zip = 邮政编码
form-phone = 电话
form-url = 网站
form-date = 日期

## 服务器证书

certificate-title = 这是你的服务器吗？
certificate-below = 无法验证 { $address } 的服务器证书。尚未发送任何内容。
certificate-self-signed = 证书由服务器自己签发，不是由公认的机构签发。
certificate-unknown-issuer = 这台电脑不认识证书的颁发者。
certificate-expired = 证书已过期。
certificate-not-yet-valid = 证书尚未生效。
certificate-wrong-name = 证书不属于 { $name }。
certificate-not-the-pinned = 这不是之前为该账号接受的证书。
certificate-revoked = 证书已被吊销。
certificate-other = 无法验证证书：{ $detail }
certificate-subject = 颁发给
certificate-issuer = 颁发者
certificate-names = 适用于
certificate-validity = 有效期
certificate-validity-value = { $from } 至 { $to }
certificate-sha256 = 指纹（SHA-256）
certificate-advice = 只有在服务器的管理者确认这就是它的指纹时，才应该信任。否则，可能有人在中间窥看。
certificate-trust = 为这个账号信任此证书
certificate-own-server = 如果服务器是你自己运行的，这很正常；否则就是危险的信号。
certificate-changed-title = 这不是你接受过的证书
certificate-changed = 如果服务器的管理者没有告诉你换了新证书，就说明有人在中间，想要窥看。请先向管理者确认再继续。请比对指纹：与对方告诉你的不能有一处不同。
certificate-was-verified = 这个账号以前登录时，证书可以通过验证。熟悉的服务器很少会自己变成这样：可能有人在中间。请先向管理者确认再继续。
certificate-before = 以前接受的
certificate-now = 现在出示的
certificate-summary = 颁发给 { $subject }，颁发者 { $issuer }，有效期至 { $to }

## 账号

state-offline = 离线
state-connecting = 正在连接…
state-online = 在线
state-waiting = 等待重新连接
connect-now = 立即连接
change-account = 更改…
accept-downgrade = 仍然登录
add-account = 添加其他账号
my-presence = 我的状态
my-accounts = 账号

## 连接检查

doctor-open = 哪里出了问题？
doctor-looking = 正在检查与 { $server } 的连接…
doctor-looking-below = 每一步都会试一次，可能需要一点时间。
doctor-unreachable = 还无法连接 { $server }
doctor-not-signed-in = 还无法登录 { $server }
doctor-failed-below = 下面是进行到了哪一步，以及可以做什么。
doctor-works = 与 { $server } 的连接正常
doctor-works-below = 每一步都正常。
doctor-answers = 可以连接 { $server }
doctor-answers-below = 没有密码，因此没有尝试登录。
doctor-refused = 无法检查连接
step-resolve = 查找服务器
step-connect = 建立连接
step-secure = 保护连接
step-sign-in = 登录
step-ready = 准备收发消息
step-ready-found = 可以收发消息。
step-ms = { $ms } 毫秒
step-ok = 成功
step-failed = 失败
step-skipped = 未尝试
step-now = 正在尝试…
found-records-silent = 域名服务没有说明服务器在哪里
found-records-failed = 域名服务出错（{ $detail }）
found-by-proxy = { $place }，由代理查找
found-proxy = 通过 { $proxy }
found-sent-on = 转到 { $place }
found-acknowledges = 会确认收到消息
doctor-doubt = 无法验证证书。{ $why }{ $remark }
doctor-certificate = 查看证书…
doctor-change-server = 更改服务器或端口…
doctor-change-security = 更改服务器或安全设置…
doctor-password = 重新输入密码…
doctor-copy = 复制报告
doctor-copied = 已复制
close = 关闭

## 单个账号

manage-account = 管理账号
state-off = 已停用
account-enabled = 使用此账号
account-enabled-below = 停用后不再登录，聊天会保留。
account-server-found = 自动查找
account-certificate = 证书
account-pin-none = 由这台电脑验证
account-pin = 只接受这张证书（SHA-256）
account-pin-forget = 重新由这台电脑验证
disconnect = 断开连接
account-check = 检查连接…
account-remove = 移除…
account-remove-title = 从这台电脑移除 { $address }？
account-remove-erases = 它的聊天、联系人和密码将从这台电脑上清除，无法恢复。
account-remove-stays = 否则账号仍在服务器上，服务器保存的内容也不受影响。
account-remove-now = 移除并清除
change-title = 更改账号
change-below = Oriole 会用更改后的设置重新登录。
save = 保存

## 账号的各个页面

connection-open = 连接…
connection-title = 连接
connection-below = Oriole 会用更改后的设置重新登录。
account-encryption = 加密
account-since = 连接时间
account-resumed = { $since }，{ $time } 恢复
proxy = 代理
proxy-none = 不使用
proxy-socks5 = SOCKS5
proxy-http = HTTP（CONNECT）
proxy-host = 代理地址
proxy-host-wrong = 请输入代理的名称或数字地址，例如 127.0.0.1。
proxy-port-wrong = 请输入代理的端口，1 到 65535 之间的数字。
proxy-user = 用户名（如果需要）
proxy-user-wrong = 这个用户名无法发送给代理。
proxy-password-hint = 留空则沿用原来的密码。
proxy-note = 使用代理时，这个账号不会连接其他任何地方，也不会在这台电脑上查询域名。Tor 的地址是 127.0.0.1，端口 9050。
password-open = 密码…
password-title = 修改密码
password-below = 新密码会通过加密的连接发给 { $server }，并在这里取代旧密码。
password-new = 新密码
password-again = 再输入一次
password-differs = 两次输入不一致。
password-change = 修改
password-asking = 正在询问服务器…
password-changed = 服务器上和这里的密码都已修改。其他设备也需要使用新密码。
password-elsewhere = 已在别处修改：在这里重新输入
offers-open = 服务器的功能…
offers-title = { $server } 的功能
offers-below = 以服务器的说明为准。缺少的功能不影响收发消息。
offers-offline = 连接此账号后才能知道。
offers-asking = 正在询问服务器。
offers-yes = 有
offers-no = 没有
offers-unknown = 尚不清楚
offer-archive = 服务器上的历史记录
offer-archive-there = 消息也保存在服务器上，新设备可以取得，离开一段时间后也不会错过。
offer-archive-missing = 消息只保存在收到它的设备上。这里已有的会留在这里。
offer-carbons = 同步到其他设备
offer-carbons-there = 对话会同时出现在你的所有设备上。
offer-carbons-missing = 每条消息只会送到你的一台设备。
offer-resumption = 中断后恢复
offer-resumption-there = 网络暂时中断时不会丢失消息，联系人也不会看到你下线。
offer-resumption-missing = 中断后 Oriole 会重新登录，没有发出的消息到时再发。
offer-upload = 共享文件
offer-upload-there = 文件会放到服务器上，供收件人下载。
offer-upload-limit = 不超过 { $size } MB 的文件会放到服务器上，供收件人下载。
offer-upload-missing = 只有双方都在线时才能直接发送文件。
offer-groups = 群聊
offer-groups-there = 可以在这个服务器上创建群聊。
offer-groups-missing = 仍然可以加入其他服务器上的群聊。
offer-profile = 头像
offer-profile-there = 联系人会立刻看到你的新头像，你也能看到他们的。
offer-profile-missing = 联系人看到的是你的首字母，而不是头像。
offer-blocking = 屏蔽
offer-blocking-there = 服务器会拦下被你屏蔽的人发来的内容。
offer-blocking-missing = 在这个服务器上无法屏蔽任何人。
offer-offline = 离线消息
offer-offline-there = 你离线时别人写给你的消息会在服务器上等待。
offer-offline-missing = 服务器不保证保留你离线时收到的消息。
offer-registration = 在这里管理账号
offer-registration-there = 可以在这里修改密码或删除账号。
offer-registration-missing = 要修改密码或删除账号，请联系服务器的管理者。
offer-relay = 协助直接传输
offer-relay-there = 即使双方都在路由器后面，也能直接发送文件。
offer-relay-missing = 有时无法直接发送文件。
offer-quiet = 不看时保持安静
offer-quiet-there = 你不在时，不急的内容会稍后再发，更省电。
offer-quiet-missing = 无论你是否在看，所有内容都会立刻发来。
offer-versions = 快速登录
offer-versions-there = 登录时只传送联系人列表中有变化的部分。
offer-versions-missing = 每次登录都会传送整个联系人列表。
tag-open = 名称和颜色…
tag-title = 名称和颜色
tag-title-below = 只有你能看到，用来区分不同账号的聊天。
tag-label = 名称
tag-example = 工作
tag-color = 颜色
tag-below = 有多个账号时，设置了名称或颜色的账号，其聊天会带有标记。
tag-place = 第 { $place } 个账号，共 { $count } 个
tag-place-below = 新聊天默认使用第一个账号。
tag-up = 上移
tag-down = 下移
color-none = 无颜色
color-green = 绿色
color-teal = 青色
color-blue = 蓝色
color-violet = 紫色
color-rose = 玫红色
color-orange = 橙色
remove-keep = 在这台电脑上保留聊天
remove-keep-below = 聊天不再显示，重新添加同一地址后会再次出现。密码和联系人会被清除。
remove-erase = 全部清除
remove-on-server = 同时删除服务器上的账号
remove-now = 移除
delete-title = 删除服务器上的 { $address }？
delete-below = 账号将从 { $server } 上消失，连同服务器为它保存的一切。之后没有人能再登录它，别人可能会得到这个地址。此操作无法撤销。
delete-keeps = 聊天会留在这台电脑上。
delete-erases = 这台电脑上的聊天也会被清除。
delete-now = 在服务器上删除并移除
delete-asking = 正在询问服务器…
status = 别人看到的说明
status-example = 开会中
status-below = 只用于这个账号。
status-say = 发布
ask-title = { $address } 的密码
ask-unknown = 这台电脑上没有保存它。
ask-no-keyring = 这台电脑没有 Oriole 可用的密钥环，所以每次启动都会询问。
ask-in-file = 保存在这台电脑的文件中
ask-in-file-below = 文件没有加密：能读取你的文件的人也能看到密码。
ask-open = 输入密码…
ask-later = 以后再说
kept-open = 已移除账号的聊天…
kept-title = 保留到你再次添加账号为止
kept-erase = 清除 { $address }…
kept-erase-title = 将清除 { $address } 的所有聊天，无法撤销。
kept-erase-now = 清除

## 设置

settings = 设置
appearance = 外观
appearance-system = 跟随系统
appearance-light = 浅色
appearance-dark = 深色
appearance-contrast = 高对比度
zoom = 大小
zoom-in = 放大
zoom-out = 缩小
zoom-percent = { $percent }%
notifications = 通知
notifications-text = 显示姓名和消息
notifications-name = 只显示姓名
notifications-none = 不通知
notification-new = 新消息
drawing = 绘图方式（下次启动后生效）
drawing-automatic = 自动选择
drawing-software = 处理器
drawing-graphics = 显卡
language = 语言
language-system = 跟随系统

## 聊天和联系人

tab-chats = 聊天
tab-contacts = 联系人
tab-contacts-waiting = 联系人（{ $count }）
no-chats = 还没有聊天
no-contacts = 还没有联系人
preview-own = 我：{ $text }
preview-draft = 草稿：{ $text }
preview-failed = 未发送：{ $text }
contact-requests = 联系人请求
contact-request-says = 希望看到你是否在线
contact-asked = 等待对方答复
contact-blocked = 已屏蔽
contact-unseen = 你看不到对方是否在线
accept = 接受
decline = 拒绝
presence-online = 在线
presence-away = 离开
presence-xa = 长时间离开
presence-dnd = 请勿打扰
presence-offline = 离线

## 新聊天

new-chat = 新聊天
add-contact = 添加联系人
add-contact-below = 会先询问对方，是否愿意互相看到在线状态。
add-contact-invited = 对方邀请了你，所以你们马上就能看到彼此是否在线。
send-request = 发送请求
new-chat-hint = 对方的地址，例如 you@example.org。
from-account = 使用账号
also-add-contact = 同时添加为联系人
start-chat = 开始

## 对话

empty-title = 聊天需要两个人
empty-below = 用地址添加联系人，或开始聊天。
pick-title = 没有打开的聊天
pick-below = 从左侧选择一个聊天，或开始新的聊天。
not-a-contact = 不是联系人
back = 返回
loading = 正在加载…
no-messages = 还没有消息
newest = 回到最新消息
show-all = 显示全部
show-less = 收起
too-long = 这条消息太长，无法全部显示。
message-failed = 未发送
try-again = 重试
write-to = 给 { $name } 发消息
send = 发送
composer-cut = 一条消息最多 { $count } 个字，超出的部分没有放进来。
emoji-open = 表情
emoji-search = 搜索表情
emoji-nothing = 没有这样的表情
emoji-recent = 最近使用
emoji-smileys = 笑脸
emoji-people = 人物
emoji-nature = 动物和自然
emoji-food = 食物和饮料
emoji-travel = 旅行和地点
emoji-activities = 活动
emoji-objects = 物品
emoji-symbols = 符号
emoji-flags = 旗帜
notice-about = { $address }：{ $sentence }
notice-room = { $address } 是群聊。Oriole 目前还不能加入群聊。
dismiss = 知道了

## 时间

today = 今天
yesterday = 昨天
weekday = { $day ->
    [1] 周一
    [2] 周二
    [3] 周三
    [4] 周四
    [5] 周五
    [6] 周六
   *[7] 周日
}
date = { $month }月{ $day }日

## 出了什么问题

error-bad-request = 无法理解该请求。
error-not-found = 这里没有这个内容。
error-name-not-resolved = 找不到这个名称的服务器。请检查 @ 后面的部分，或手动填写服务器。
error-connection-refused = 找到了服务器所在的机器，但没有回应。服务器可能已停止，或使用了其他端口。
error-timeout = 服务器没有及时回应。请检查网络，或稍后再试。
error-not-an-xmpp-server = 有程序回应，但它不是 XMPP 服务器。请检查服务器名称和端口。
error-tls-failed = 无法建立安全连接，因此没有发送任何内容。
error-tls-too-old = 服务器只提供过时的加密方式，不够安全。需要由管理员启用 TLS 1.2 或更高版本。
error-no-encryption = 服务器不提供加密，因此没有发送任何内容。需要由管理员启用 TLS。
error-certificate-untrusted = 无法验证服务器的证书，因此没有发送任何内容。
error-wrong-password = 服务器不接受这个地址和密码。
error-password-needed = 需要这个账号的密码。
error-account-disabled = 服务器表示这个账号已停用。请联系管理员。
error-no-mechanism = 服务器没有提供安全的登录方式。
error-bad-server-signature = 服务器无法证明它认识这个账号。可能有人在中间，请不要再次在此输入密码。
error-downgrade = 服务器提供的保护比以前弱。可能有人在中间，因此已停止登录。
error-conflict = 另一个程序用这个账号登录，取代了这里的连接。
error-server-shutdown = 服务器正在重启。Oriole 会自动重新连接。
error-address-taken = 这个地址已被使用。
error-registration-refused = 这个服务器不允许从这里注册新账号。
error-too-large = 内容超过了允许的大小。
error-already-sent = 这条消息已经发出，或可能已经发出，不能再取消或更改。
error-not-allowed = 不允许这样做。
error-remote-error = 对方返回了错误。
error-proxy-failed = 无法使用代理。
error-storage = Oriole 无法读写数据库。原有的内容没有丢失。
error-profile-in-use = 另一个 Oriole 正在使用这个配置。
error-database-newer = 这个配置曾被更新版本的 Oriole 使用。内容未作改动，请更新此程序。
new-messages = 新消息
new-messages-below = { $count } 条新消息
copy-selection = 复制所选文字
copy-message = 复制消息
edit-message = 编辑
delete-message = 删除
cancel-sending = 取消发送
open-link = 打开 { $link }
copy-link = 复制链接
you = 我
doubtful-link = 此链接的去向可能与看上去不同
doubtful-link-host = 它将打开 { $host }。
open-anyway = 仍然打开
