#include "common/recycler.h"

#include <new>

namespace quorate {

Recycler::~Recycler() {
  for (Head* head : kept_) {
    while (head != nullptr) {
      Head* next = head->next;
      ::operator delete(head);
      head = next;
    }
  }
}

void* Recycler::allocate(std::size_t bytes) {
  const std::size_t slot = bytes == 0 ? 0 : (bytes - 1) / kStep;
  if (slot < kSlots) bytes = (slot + 1) * kStep;
  Head* head = nullptr;
  if (slot < kSlots && kept_[slot] != nullptr) {
    head = kept_[slot];
    kept_[slot] = head->next;
    kept_bytes_ -= bytes;
  } else {
    head = static_cast<Head*>(::operator new(sizeof(Head) + bytes));
    head->capacity = bytes;
  }
  head->owner = this;
  return head + 1;
}

void Recycler::release(void* block) {
  if (block == nullptr) return;
  Head* head = static_cast<Head*>(block) - 1;
  head->owner->take_back(head);
}

std::size_t Recycler::capacity(const void* block) {
  return (static_cast<const Head*>(block) - 1)->capacity;
}

void Recycler::take_back(Head* head) {
  const std::size_t slot = (head->capacity - 1) / kStep;
  if (slot >= kSlots || kept_bytes_ + head->capacity > kKeptBytesMax) {
    ::operator delete(head);
    return;
  }
  head->next = kept_[slot];
  kept_[slot] = head;
  kept_bytes_ += head->capacity;
}

}  // namespace quorate
