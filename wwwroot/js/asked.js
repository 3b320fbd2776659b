// The page of a stranger who has asked for access: looks what became of it, and goes on by itself.
const asked = document.getElementById('asked');
const interval = 3000;

async function look() {
  try {
    const response = await fetch(asked.dataset.poll, { headers: { Accept: 'application/json' }, cache: 'no-store' });
    if (response.ok) {
      const outcome = await response.json();
      if (outcome.admitted) return location.replace('/unauthorized/');
      if (!outcome.waits) return location.reload();
    }
  } catch {
    // The portal is away for a moment: ask again.
  }
  setTimeout(look, interval);
}

setTimeout(look, interval);
