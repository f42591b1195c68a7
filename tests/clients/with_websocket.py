#!/usr/bin/python3 -B
"""python3-websocket on the streams of the JSON gateway, as scripts in browsers use them."""

import base64
import json
import urllib.request

from client_test import CLIENT_SECONDS, ClientTest, main, require_module

websocket = require_module("websocket")


def coded(text):
    return base64.b64encode(text.encode()).decode()


class WebsocketTest(ClientTest):
    def connect(self, path, **options):
        client = websocket.create_connection(
            f"ws://127.0.0.1:{self.server.client_port}{path}", timeout=CLIENT_SECONDS, **options)
        self.addCleanup(client.close)
        return client

    def call(self, path, request):
        """Over HTTP."""
        url = f"http://127.0.0.1:{self.server.client_port}{path}"
        with urllib.request.urlopen(url, json.dumps(request).encode(), CLIENT_SECONDS) as answer:
            return json.load(answer)

    def put(self, value):
        self.call("/v3/kv/put", {"key": coded(self.prefix), "value": coded(value)})

    def ask(self, client, request):
        client.send(json.dumps(request))
        return self.answer(client)

    def answer(self, client):
        opcode, message = client.recv_data()
        self.assertEqual(opcode, websocket.ABNF.OPCODE_TEXT)
        self.assertNotIn(b"\n", message)
        return json.loads(message)


class Watching(WebsocketTest):
    def watch(self, client, **options):
        created = self.ask(client, {"create_request": {"key": coded(self.prefix), **options}})
        self.assertTrue(created["result"]["created"])
        return created["result"]

    def test_events_come_one_message_each(self):
        client = self.connect("/v3/watch")
        self.watch(client)
        for value in ("one", "two"):
            self.put(value)
            [event] = self.answer(client)["result"]["events"]
            self.assertEqual(event["kv"]["value"], coded(value))

    def test_many_watches_and_a_cancel(self):
        client = self.connect("/v3/watch")
        self.watch(client)
        second = self.watch(client)
        canceled = self.ask(client, {"cancel_request": {"watch_id": second["watch_id"]}})
        self.assertTrue(canceled["result"]["canceled"])

    def test_the_past(self):
        self.put("one")
        client = self.connect("/v3/watch")
        self.watch(client, start_revision="1")
        events = self.answer(client)["result"]["events"]
        self.assertEqual(events[-1]["kv"]["value"], coded("one"))

    def test_a_large_event_is_one_message(self):
        client = self.connect("/v3/watch")
        self.watch(client)
        value = "x" * 400_000
        self.put(value)
        [event] = self.answer(client)["result"]["events"]
        self.assertEqual(event["kv"]["value"], coded(value))

    def test_a_message_in_pieces(self):
        client = self.connect("/v3/watch")
        request = json.dumps({"create_request": {"key": coded(self.prefix)}})
        send = websocket.ABNF.create_frame
        client.send_frame(send(request[:9], websocket.ABNF.OPCODE_TEXT, 0))
        client.ping("are you there?")
        client.send_frame(send(request[9:], websocket.ABNF.OPCODE_CONT, 1))
        opcode, message = client.recv_data(control_frame=True)
        self.assertEqual((opcode, message), (websocket.ABNF.OPCODE_PONG, b"are you there?"))
        self.assertTrue(self.answer(client)["result"]["created"])

    def test_a_binary_message_is_as_good(self):
        client = self.connect("/v3/watch")
        client.send_binary(json.dumps({"create_request": {"key": coded(self.prefix)}}).encode())
        self.assertTrue(self.answer(client)["result"]["created"])

    def test_goodbye(self):
        client = self.connect("/v3/watch")
        self.watch(client)
        client.send_close(1000)
        opcode, message = client.recv_data(control_frame=True)
        self.assertEqual((opcode, message[:2]), (websocket.ABNF.OPCODE_CLOSE, b"\x03\xe8"))


class Leases(WebsocketTest):
    def test_keep_alive(self):
        lease = self.call("/v3/lease/grant", {"TTL": "60"})["ID"]
        client = self.connect("/v3/lease/keepalive")
        for _ in range(3):
            alive = self.ask(client, {"ID": lease})["result"]
            self.assertEqual((alive["ID"], alive["TTL"]), (lease, "60"))


class Refusals(WebsocketTest):
    def test_what_is_not_json(self):
        client = self.connect("/v3/lease/keepalive")
        client.send("{x")
        self.assertIn("error", self.answer(client))

    def test_an_unknown_path(self):
        client = self.connect("/v3/nothing")
        self.assertEqual(client.recv(), "Not Found")

    def test_outside_of_the_gateway(self):
        with self.assertRaises(websocket.WebSocketBadStatusException) as caught:
            self.connect("/version/none")
        self.assertEqual(caught.exception.status_code, 404)

    def test_a_token(self):
        client = self.connect("/v3/watch", subprotocols=["Bearer", "guess"])
        self.assertEqual(client.getsubprotocol(), "bearer")


if __name__ == "__main__":
    main()
