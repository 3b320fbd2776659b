import asyncio
import asyncio.subprocess

from show import show


async def work():
    process = await asyncio.create_subprocess_exec("echo", "child", stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return said, await asyncio.gather(asyncio.sleep(0, 1), asyncio.to_thread(len, "abc"))


show("run", lambda: asyncio.run(work()))
show("loop", asyncio.get_running_loop)
