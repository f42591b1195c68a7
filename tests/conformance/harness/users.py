"""Steps of users who have logged in."""

import dataclasses
import re
from typing import Any

from harness.steps import Grpc

TOKEN = re.compile(r"[a-zA-Z]{16}\.[0-9]+")


@dataclasses.dataclass
class Login:
    """Remembers the token for As; the answer shows its form only."""

    user: str
    password: str
    name: str = ""
    loose: dict = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        self.name = f"login of {self.user} with {self.password!r}"

    def perform(self, server):
        fields = {"name": self.user, "password": self.password}
        answer = Grpc("Auth/Authenticate", fields).perform(server)
        for message in answer["messages"]:
            token = message.get("token", "")
            server.tokens[self.user] = token
            message["token"] = TOKEN.sub("<token>", token)
        return answer


@dataclasses.dataclass
class As:
    """Another step in the name of a user: a call gets the token as metadata; in an HTTP request it
    takes the place of the word TOKEN."""

    user: str
    step: Any
    name: str = ""
    loose: dict = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        self.name = f"{self.user}: {self.step.name}"
        self.loose = self.step.loose

    def perform(self, server):
        token = server.tokens.get(self.user, "none")
        if isinstance(self.step, Grpc):
            metadata = (*self.step.metadata, ("token", token))
            return dataclasses.replace(self.step, metadata=metadata).perform(server)
        data = self.step.data.replace(b"TOKEN", token.encode())
        return dataclasses.replace(self.step, data=data).perform(server)
