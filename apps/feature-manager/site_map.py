"""Draws the sites: a disc for each, the redder the busier."""

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 480, 420
RADIUS = 28
GROUND, GRID, INK = "#f3f6fa", "#dfe6ee", "#31333f"


def draw(sites):
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    pen = ImageDraw.Draw(image, "RGBA")
    for step in range(0, WIDTH, 30):
        pen.line([(step, 0), (step, HEIGHT)], GRID)
        pen.line([(0, step), (WIDTH, step)], GRID)
    for site in sites:
        x, y = round(site.x * WIDTH), round(site.y * HEIGHT)
        pen.ellipse([x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS], (*colour(site.load), 90))
    for site in sites:
        x, y = round(site.x * WIDTH), round(site.y * HEIGHT)
        pen.ellipse([x - 5, y - 5, x + 5, y + 5], (*colour(site.load), 255))
        pen.text((x - 20, y + 8), site.name, INK)
    return image


def colour(load):
    return (40 + 2 * load, 170 - load, 120 - load)
