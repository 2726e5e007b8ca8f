"""Somebody with another client: slixmpp, told what to do by lines of JSON, and saying what it sees in lines of JSON.

It is as careful as a person who looks whether a message has arrived: what was sent counts once the server answered something
asked after it, and what was under way when a connection broke is looked up in the archive before it is sent again.

    peer.py ADDRESS PORT    (the password is the first line of the input)
"""

import asyncio
import json
import ssl
import sys

import slixmpp
from slixmpp.exceptions import IqError, IqTimeout

# For how long the server may take to answer, in seconds.
PATIENCE = 20
# Between two tries to connect, in seconds.
PAUSE = 0.3
# How many messages of the archive are looked at in search of one.
RECENT = 100


def say(**event):
    print(json.dumps(event), flush=True)


class Peer(slixmpp.ClientXMPP):
    def __init__(self, address, password, port):
        super().__init__(address, password)
        self.port = port
        self.there = asyncio.Event()
        for plugin in ("xep_0030", "xep_0059", "xep_0199", "xep_0297", "xep_0313"):
            self.register_plugin(plugin)
        self.add_event_handler("session_start", self.on_session)
        self.add_event_handler("disconnected", self.on_lost)
        self.add_event_handler("message", self.on_message)

    def get_ssl_context(self):
        # The server's certificate is its own, and made for this test.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    def begin(self):
        self.connect(("127.0.0.1", self.port))

    async def on_session(self, _):
        self.send_presence()
        await self.get_roster()
        self.there.set()
        say(event="online")

    def on_lost(self, _):
        self.there.clear()
        self.loop.call_later(PAUSE, self.begin)

    def on_message(self, message):
        if message["body"]:
            say(event="message", type=message["type"], **{"from": str(message["from"])}, id=message["id"], body=message["body"])

    async def answered(self):
        """Whether the server has taken all that was sent."""
        try:
            await self["xep_0199"].send_ping(self.boundjid.domain, timeout=PATIENCE)
            return self.there.is_set()
        except IqError:
            return True
        except (IqTimeout, asyncio.CancelledError):
            return False

    async def is_archived(self, to, body):
        try:
            results = await self["xep_0313"].retrieve(with_jid=slixmpp.JID(to), rsm={"max": RECENT, "before": ""}, timeout=PATIENCE)
        except (IqError, IqTimeout):
            return None
        found = (result["mam_result"]["forwarded"]["stanza"]["body"] for result in results["mam"]["results"])
        return body in found

    async def write(self, to, body):
        unsure = False
        while True:
            await self.there.wait()
            if unsure:
                archived = await self.is_archived(to, body)
                if archived is None:
                    continue
                if archived:
                    return
            message = self.make_message(mto=to, mbody=body, mtype="chat")
            message.send()
            unsure = True
            if await self.answered():
                return


async def obey(peer):
    lines = asyncio.StreamReader()
    await peer.loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        request = json.loads(line)
        if request["do"] == "write":
            await peer.write(request["to"], request["body"])
            say(done=request["body"])


def main():
    address, port = sys.argv[1:]
    # Without a buffer, which would keep the lines that follow.
    with open(0, "rb", buffering=0, closefd=False) as first:
        password = first.readline().decode().rstrip("\n")
    peer = Peer(address, password, int(port))
    peer.begin()
    peer.loop.run_until_complete(obey(peer))


main()
